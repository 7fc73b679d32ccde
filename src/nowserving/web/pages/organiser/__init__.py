"""The organiser's pages: shows with their dates, the plans of houses, and a sale as it goes."""
