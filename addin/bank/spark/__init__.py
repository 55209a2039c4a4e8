"""Apache Spark, the engine on a cluster.

Spark SQL does the joins, the orders and the keys that stand twice; tasks on its executors read and
check the sources and compute the chain, each on a part that it finds in the run's folder. So every
node of the cluster must see this folder and the sources, and have a Python with creditcells, all
under the paths that they have where the run is started.
"""
