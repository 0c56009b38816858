"""评价统计: one row a service and its rating."""
