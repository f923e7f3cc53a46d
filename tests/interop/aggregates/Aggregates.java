import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collections;
import java.util.Scanner;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Reads records of Kinesis, "FIRST LAST KEY DATA" (the hash keys of the shard, the partition key, base64),
 * and writes what the Kinesis Client Library delivers of them, "KEY DATA".
 */
public class Aggregates {
    public static void main(String[] arguments) {
        Scanner input = new Scanner(System.in);

        while (input.hasNextLine()) {
            String[] words = input.nextLine().split(" ");
            KinesisClientRecord record = KinesisClientRecord.builder()
                    .partitionKey(words[2])
                    .sequenceNumber("1")
                    .data(ByteBuffer.wrap(Base64.getDecoder().decode(words[3])))
                    .build();

            for (KinesisClientRecord one : new AggregatorUtil().deaggregate(
                    Collections.singletonList(record), new BigInteger(words[0]), new BigInteger(words[1])))
                System.out.println(one.partitionKey() + " "
                        + Base64.getEncoder().encodeToString(bytesOf(one.data())));
        }
    }

    private static byte[] bytesOf(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];

        data.get(bytes);
        return bytes;
    }
}
