"""The SQL of shows, performances, passes and presences."""
