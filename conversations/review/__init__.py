"""Looking back at messages that were not, barely or wrongly understood, and making training phrases of them."""
