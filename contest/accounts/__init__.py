"""People, sign-in, roles and recommending units."""
