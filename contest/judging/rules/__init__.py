"""What judging goes by, without a database, a clock or chance."""
