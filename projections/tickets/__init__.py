"""工单列表: one wide row a ticket, which serves every list of tickets."""
