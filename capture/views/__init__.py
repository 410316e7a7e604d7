"""What a tablet and the team see of what is said."""
