"""The clinic for programs that act for a person: records, visits, consultations."""
