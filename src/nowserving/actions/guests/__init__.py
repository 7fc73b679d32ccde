"""What guests do that moves no ticket: saying how it was, and having what is personal erased."""
