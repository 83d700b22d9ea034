"""Iceberg tables of a catalog named "ice", by a job that knows nothing of Claviger: iceberg.py MASTER SETTING=VALUE ..

Every row of every table is a line of the output.
"""
import sys

from pyspark.sql import SparkSession, functions as F


def session(master, settings):
    builder = SparkSession.builder.master(master).appName("claviger-e2e-iceberg")
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


def change(spark, table):
    spark.sql(f"""CREATE TABLE {table} (id long, p long, t string) USING iceberg PARTITIONED BY (p) TBLPROPERTIES (
        'format-version' = '2', 'write.delete.mode' = 'merge-on-read', 'write.merge.mode' = 'merge-on-read')""")
    rows(spark, 0, 60).writeTo(table).append()
    rows(spark, 60, 80).writeTo(table).append()
    spark.sql(f"DELETE FROM {table} WHERE id % 10 = 7")
    rows(spark, 50, 90, "plaintext merged ").createOrReplaceTempView("news")
    spark.sql(f"""MERGE INTO {table} t USING news n ON t.id = n.id WHEN MATCHED AND n.id % 2 = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *""")
    rows(spark, 0, 30, "plaintext again ").where("p = 1").writeTo(table).overwritePartitions()
    spark.sql(f"CALL ice.system.rewrite_data_files(table => '{table[4:]}', options => map('rewrite-all', 'true'))")


def main(master, *settings):
    spark = session(master, settings)
    table = "ice.db.orders"
    change(spark, table)
    snapshots = [s[0] for s in spark.sql(f"SELECT snapshot_id FROM {table}.snapshots ORDER BY committed_at").collect()]
    for number, snapshot in enumerate(snapshots):
        show(f"s{number}", spark.sql(f"SELECT * FROM {table} VERSION AS OF {snapshot}"))
    show("now", spark.table(table))
    show("operations", spark.sql(f"SELECT operation, count(*) FROM {table}.snapshots GROUP BY operation"))
    spark.stop()


main(*sys.argv[1:])
