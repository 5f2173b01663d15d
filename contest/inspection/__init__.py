"""What a file says about itself: bytes to facts, facts and terms to findings."""
