-- A table in Amazon Athena over an archive that s3put has written with its default partitions,
-- ticker,dt=%Y-%m-%d,hour=%H. Replace BUCKET/PREFIX (twice), the first day, and the tickers.
--
-- Partitions are computed from these properties: none are added, and no crawler runs. A ticker is
-- written as in the names of objects, BTC%2FUSD for BTC/USD. With many tickers, use
-- 'projection.pair.type' = 'injected' without values; each query must then name the pairs it wants.
--
-- After a crash of s3put a line can be in two objects. Both have the same _pos:
--     SELECT count(DISTINCT _pos) FROM rates WHERE dt = '2025-10-21';
--     SELECT DISTINCT _pos, ticker, exchange_rate, last_refreshed FROM rates WHERE pair = 'BTC%2FUSD';
CREATE EXTERNAL TABLE rates (
    `_pos` string,
    `ticker` string,
    `exchange_rate` decimal(38,18),
    `timestamp` string,
    `last_refreshed` string,
    `last_refreshed_from` string,
    `bid_price` decimal(38,18),
    `ask_price` decimal(38,18),
    `source` string
)
PARTITIONED BY (`pair` string, `dt` string, `hour` string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
LOCATION 's3://BUCKET/PREFIX/'
TBLPROPERTIES (
    'projection.enabled' = 'true',
    'projection.pair.type' = 'enum',
    'projection.pair.values' = 'BTC%2FUSD,ETH%2FUSD,DOGE%2FUSD',
    'projection.dt.type' = 'date',
    'projection.dt.format' = 'yyyy-MM-dd',
    'projection.dt.range' = '2025-01-01,NOW',
    'projection.hour.type' = 'integer',
    'projection.hour.range' = '0,23',
    'projection.hour.digits' = '2',
    'storage.location.template' = 's3://BUCKET/PREFIX/ticker=${pair}/dt=${dt}/hour=${hour}/'
);
