"""The host's stand: a queue that seats parties by itself, and the people who look after it."""
