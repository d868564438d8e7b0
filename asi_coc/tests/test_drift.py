"""What the drift detector finds, and what a manager does about it."""
