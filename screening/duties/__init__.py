"""What departments do beside sending lists: matters that each must answer, and the monthly duty report."""
