"""What every page shares: access, errors, headers, forms, language."""
