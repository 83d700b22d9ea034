"""Streams and Delta tables, by a job that knows nothing of Claviger: tables.py MASTER BUCKET ROUNDS [SETTING=VALUE ...]

ROUNDS are digits, for instance 12: each goes on where the one before ended, in this process or in another. Every row
of every table is a line of the output.
"""
import sys

from pyspark.sql import SparkSession, functions as F

STATE = "org.apache.spark.sql.execution.streaming.state."
SCHEMA = "id long, p long, t string"


def session(master, settings):
    builder = SparkSession.builder.master(master).appName("claviger-e2e-tables")
    builder = builder.config("spark.databricks.delta.snapshotPartitions", "1")  # of 50, for tables as small as these
    for setting in settings:
        name, _, value = setting.partition("=")
        builder = builder.config(name, value)
    return builder.getOrCreate()


def rows(spark, begin, end, text="plaintext "):
    text = F.concat(F.lit(text), F.col("id"))
    return spark.range(begin, end, 1, 2).select("id", (F.col("id") % 3).alias("p"), text.alias("t"))


def show(name, table):
    found = sorted(tuple(row) for row in table.collect())
    print("TABLE", name, len(found), flush=True)
    for row in found:
        print("ROW", name, *row, flush=True)


def run(spark, root, name, state, writer):
    """Reads all that is there now and was not read before."""
    spark.conf.set("spark.sql.streaming.stateStore.providerClass", STATE + state)
    writer = writer.option("checkpointLocation", f"{root}checkpoints/{name}")
    query = writer.trigger(availableNow=True).start()
    query.awaitTermination()
    for progress in query.recentProgress:
        print("BATCH", name, progress["batchId"], progress["numInputRows"], flush=True)


def streams(spark, root):
    arrivals = spark.readStream.schema(SCHEMA).parquet(root + "arrivals")
    once = arrivals.dropDuplicates(["id"]).writeStream.format("parquet").option("path", root + "once")
    run(spark, root, "once", "HDFSBackedStateStoreProvider", once)
    counts = arrivals.groupBy("p").agg(F.count("*").alias("n"), F.max("t").alias("t"))
    counts = counts.writeStream.format("delta").outputMode("complete").option("path", root + "counts")
    run(spark, root, "counts", "RocksDBStateStoreProvider", counts)
    show("once", spark.read.parquet(root + "once"))
    show("counts", spark.read.format("delta").load(root + "counts"))


def first(spark, root):
    rows(spark, 0, 60).write.parquet(root + "arrivals", mode="append")
    streams(spark, root)
    spark.sql(f"""CREATE TABLE delta.`{root}table` ({SCHEMA}) USING delta PARTITIONED BY (p)
        TBLPROPERTIES (delta.enableDeletionVectors = true, delta.checkpointInterval = 2)""")
    rows(spark, 0, 60).write.format("delta").mode("append").save(root + "table")


def second(spark, root):
    rows(spark, 40, 90).write.parquet(root + "arrivals", mode="append")
    streams(spark, root)
    rows(spark, 50, 70, "plaintext merged ").createOrReplaceTempView("news")
    spark.sql(f"""MERGE INTO delta.`{root}table` t USING news n ON t.id = n.id WHEN MATCHED AND n.id % 2 = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *""")
    rows(spark, 80, 90).write.format("delta").mode("overwrite").save(root + "table")
    show_versions(spark, root, 0, 1, 2, 3)


def third(spark, root):
    """What else a Delta table can do."""
    table = f"delta.`{root}table`"
    rows(spark, 0, 40).write.format("delta").mode("append").save(root + "table")
    spark.sql(f"DELETE FROM {table} WHERE id < 5")
    spark.sql(f"UPDATE {table} SET t = concat('plaintext updated ', id) WHERE id = 7")
    again = rows(spark, 0, 30, "plaintext again ").where("p = 1")
    again.write.format("delta").mode("overwrite").option("replaceWhere", "p = 1").save(root + "table")
    spark.sql(f"OPTIMIZE {table}")
    spark.sql(f"RESTORE {table} TO VERSION AS OF 5")
    spark.sql("SET spark.databricks.delta.retentionDurationCheck.enabled = false")
    show_versions(spark, root, *range(4, 10))
    spark.sql(f"VACUUM {table} RETAIN 0 HOURS")
    show("now", spark.sql(f"SELECT * FROM {table}"))
    show("history", spark.sql(f"DESCRIBE HISTORY {table}").select("version", "operation"))


def show_versions(spark, root, *versions):
    for version in versions:
        show(f"v{version}", spark.read.format("delta").option("versionAsOf", version).load(root + "table"))


def main(master, bucket, rounds, *settings):
    spark = session(master, settings)
    root = f"s3a://{bucket}/"
    for number in rounds:
        {"1": first, "2": second, "3": third}[number](spark, root)
    spark.stop()


main(*sys.argv[1:])
