using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>Broken packets from a seed: random bytes, or a good packet truncated, overwritten or lengthened.</summary>
internal static class Garbage
{
    public static byte[] Make(Random random, IReadOnlyList<byte[]> good)
    {
        if (good.Count == 0 || random.Next(5) == 0)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            return bytes;
        }

        var original = good[random.Next(good.Count)];
        var packet = (byte[])original.Clone();
        switch (random.Next(3))
        {
            case 0:
                return packet[..random.Next(packet.Length)];
            case 1:
                for (var edits = random.Next(1, 6); edits > 0 && packet.Length > 0; edits--)
                {
                    packet[random.Next(packet.Length)] = (byte)random.Next(256);
                }

                // A good packet from a stranger is a replay, which ICE follows; garbage has to differ.
                packet[0] ^= (byte)(packet.AsSpan().SequenceEqual(original) ? 1 : 0);
                return packet;
            default:
                Array.Resize(ref packet, packet.Length + random.Next(1, 50));
                return packet;
        }
    }

    /// <summary>Runs a check over many seeds.</summary>
    public static void ForManySeeds(Action<Random> check, int tests = 2000) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => check(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));
}
