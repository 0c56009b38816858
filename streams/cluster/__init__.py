"""本机集群: the distributed topology as plain processes on loopback, without Docker."""
