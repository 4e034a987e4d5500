"""五（二）防贫保 and 五（三）临时救助、兜底救助: money that comes at once when something happens."""
