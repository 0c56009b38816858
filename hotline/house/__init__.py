"""全局设置: what one house sets for all its regions: indicators of ratings, wording of texts."""
