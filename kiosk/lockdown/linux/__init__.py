"""What Linux can prevent and notice. Loads nothing by itself."""
