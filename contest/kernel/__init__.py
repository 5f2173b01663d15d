"""What every other part stands on: errors, time, ids, the unit of work, permissions, audit."""
