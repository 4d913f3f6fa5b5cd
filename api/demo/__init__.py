"""The seeded story behind `tidui demo`: a school, its staff, and the whole life of a batch."""
