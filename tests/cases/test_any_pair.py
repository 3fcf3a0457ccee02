"""What holds for any pair."""
