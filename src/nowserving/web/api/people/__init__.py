"""The resources of people, programs and devices."""
