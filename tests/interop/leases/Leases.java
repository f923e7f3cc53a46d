import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * A worker of a KCL application: Leases APPLICATION STREAM WORKER FILE [LIMIT].
 * It appends each record to FILE as a line "SHARD SEQUENCE.NUMBER DATA", and then commits it. After
 * LIMIT records in a shard it handles no more of that shard. It ends on SIGTERM.
 */
public class Leases {
    private static FileOutputStream output;
    private static long limit = Long.MAX_VALUE;

    public static void main(String[] arguments) throws Exception {
        URI endpoint = URI.create(System.getenv("AWS_ENDPOINT_URL"));
        String worker = arguments[2];

        output = new FileOutputStream(arguments[3], true);
        if (arguments.length > 4)
            limit = Long.parseLong(arguments[4]);
        ConfigsBuilder configs = new ConfigsBuilder(
                new SingleStreamTracker(arguments[1],
                        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
                arguments[0],
                KinesisAsyncClient.builder().endpointOverride(endpoint).httpClientBuilder(http()).build(),
                DynamoDbAsyncClient.builder().endpointOverride(endpoint).httpClientBuilder(http()).build(),
                CloudWatchAsyncClient.builder().endpointOverride(endpoint).httpClientBuilder(http()).build(),
                worker, Processor::new);
        Scheduler scheduler = new Scheduler(
                configs.checkpointConfig(),
                configs.coordinatorConfig().parentShardPollIntervalMillis(1000),
                configs.leaseManagementConfig().failoverTimeMillis(3000).shardSyncIntervalMillis(5000),
                configs.lifecycleConfig(),
                configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                configs.processorConfig(),
                configs.retrievalConfig().retrievalSpecificConfig(
                        new PollingConfig(arguments[1], configs.kinesisClient()).idleTimeBetweenReadsInMillis(250)));

        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(scheduler)));
        scheduler.run();
    }

    /** Plain http has no HTTP/2 here. */
    private static NettyNioAsyncHttpClient.Builder http() {
        return NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).maxConcurrency(50);
    }

    private static void end(Scheduler scheduler) {
        try {
            scheduler.startGracefulShutdown().get(20, TimeUnit.SECONDS);
        } catch (Exception problem) {
            System.err.println("did not end in time: " + problem);
        }
    }

    private static synchronized void write(String line) throws IOException {
        output.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static class Processor implements ShardRecordProcessor {
        private String shard;
        private long count;

        @Override
        public void initialize(InitializationInput input) {
            shard = input.shardId();
            System.err.println("begins " + shard + " after " + input.extendedSequenceNumber());
        }

        @Override
        public void processRecords(ProcessRecordsInput input) {
            try {
                for (KinesisClientRecord record : input.records()) {
                    if (count == limit)
                        return;
                    count++;
                    write(shard + " " + record.sequenceNumber() + "." + record.subSequenceNumber() + " "
                            + StandardCharsets.UTF_8.decode(record.data()));
                    input.checkpointer().checkpoint(record.sequenceNumber(), record.subSequenceNumber());
                }
            } catch (Exception problem) {
                System.err.println("not committed in " + shard + ": " + problem);
            }
        }

        @Override
        public void leaseLost(LeaseLostInput input) {
            System.err.println("lost " + shard);
        }

        @Override
        public void shardEnded(ShardEndedInput input) {
            commit(input.checkpointer());
            System.err.println("ended " + shard);
        }

        /** All that was handled is committed. */
        @Override
        public void shutdownRequested(ShutdownRequestedInput input) {
            System.err.println("stops " + shard);
        }

        private void commit(RecordProcessorCheckpointer checkpointer) {
            try {
                checkpointer.checkpoint();
            } catch (Exception problem) {
                System.err.println("end not committed in " + shard + ": " + problem);
            }
        }
    }
}
