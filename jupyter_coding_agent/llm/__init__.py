"""Models: complexity, tiers, failover, cost."""
