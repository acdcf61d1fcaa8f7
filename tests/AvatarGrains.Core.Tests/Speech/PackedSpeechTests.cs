using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Speech;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.Core.Tests.Speech;

public sealed class PackedSpeechTests
{
    private static readonly Gen<byte[]> Packet =
        from length in Gen.Choose(1, PackedSpeech.MaxPacket)
        from value in Gen.Choose(0, 255)
        select Enumerable.Repeat((byte)value, length).ToArray();

    private static readonly Gen<FaceFrame> Face =
        from mouth in Gen.Choose(0, MouthTable.Count - 1)
        from expression in Gen.Elements(Enum.GetValues<Expression>())
        from accent in Gen.Choose(0, FaceFrame.MaxAccent)
        select new FaceFrame((byte)mouth, expression, (byte)accent);

    private static readonly Gen<(byte[][] Packets, FaceFrame[] Faces)> Speech =
        from packets in Packet.ArrayOf()
        from faces in Face.ArrayOf()
        select (packets, faces);

    [Fact]
    public void What_was_packed_is_read_again()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Speech.ToArbitrary(), given =>
        {
            var speech = Pack(given.Packets, given.Faces);
            Assert.Equal(given.Packets.Length, speech.PacketCount);
            Assert.Equal(given.Packets, Read(speech));
            Assert.Equal(given.Faces, Faces(speech));
            Assert.Equal(given.Packets.Sum(p => 2 + p.Length) + (3 * given.Faces.Length), speech.Size);
        }));
    }

    [Fact]
    public void Rest_of_speech_is_what_comes_after_its_first_packets()
    {
        var skipped = Speech.SelectMany(s => Gen.Choose(0, s.Packets.Length).Select(skip => (s, skip)));
        Check.QuickThrowOnFailure(Prop.ForAll(skipped.ToArbitrary(), given =>
        {
            var ((packets, faces), skip) = given;
            var rest = Pack(packets, faces).Skip(skip);
            Assert.Equal(packets[skip..], Read(rest));
            Assert.Equal(faces.Skip(skip / 2), Faces(rest));
        }));
    }

    [Fact]
    public void Bytes_from_elsewhere_are_read_to_their_end_or_refused()
    {
        // Short lengths and small values, and arrays that are speech: about a quarter of the pairs is.
        var bytes = Gen.Choose(0, 5).Select(b => (byte)b).ArrayOf();
        var packets = Gen.Choose(1, 4).Select(length => new[] { (byte)length, (byte)0 }.Concat(new byte[length])).ArrayOf();
        var packed = Gen.OneOf(bytes, packets.Select(all => all.SelectMany(packet => packet).ToArray()));
        var faces = Gen.OneOf(bytes, Gen.Choose(0, 5).Select(count => new byte[3 * count]));
        var accepted = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(packed.Zip(faces).ToArbitrary(), given =>
        {
            PackedSpeech speech;
            try
            {
                speech = PackedSpeech.Read(given.Item1, given.Item2);
            }
            catch (InvalidDataException)
            {
                return;
            }

            accepted++;
            Assert.Equal(given.Item1.Length, Read(speech).Sum(p => 2 + p.Length));
            Assert.Equal(given.Item2.Length, 3 * Faces(speech).Count);
        }));
        Assert.True(accepted > 100, $"only {accepted} of the arrays were speech");
    }

    [Theory]
    [InlineData(new byte[] { 1 }, new byte[0])]
    [InlineData(new byte[] { 0, 0 }, new byte[0])]
    [InlineData(new byte[] { 2, 0, 9 }, new byte[0])]
    [InlineData(new byte[] { 1, 0, 9, 1 }, new byte[0])]
    [InlineData(new byte[0], new byte[] { 0, 0 })]
    [InlineData(new byte[0], new byte[] { MouthTable.Count, 0, 0 })]
    [InlineData(new byte[0], new byte[] { 0, 7, 0 })]
    [InlineData(new byte[0], new byte[] { 0, 0, FaceFrame.MaxAccent + 1 })]
    public void What_is_no_speech_is_refused(byte[] packets, byte[] faces) =>
        Assert.Throws<InvalidDataException>(() => PackedSpeech.Read(packets, faces));

    [Fact]
    public void Packet_longer_than_opus_makes_is_refused()
    {
        byte[] packed = [0xFC, 0x04, .. new byte[PackedSpeech.MaxPacket + 1]];
        Assert.Throws<InvalidDataException>(() => PackedSpeech.Read(packed, []));
        Assert.Throws<ArgumentException>(() => Pack([new byte[PackedSpeech.MaxPacket + 1]], []));
        Assert.Throws<ArgumentException>(() => Pack([[]], []));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var speech = Pack([.. Enumerable.Range(1, 50).Select(n => new byte[n])], [.. Enumerable.Repeat(FaceFrame.Rest, 25)]);
        var sum = ReadAll(speech);
        var before = GC.GetAllocatedBytesForCurrentThread();
        sum += ReadAll(speech);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(2 * 50 * 51 / 2, sum);
    }

    private static int ReadAll(PackedSpeech speech)
    {
        var sum = 0;
        foreach (var packet in speech.Packets)
        {
            sum += packet.Span.Length;
        }

        for (var i = 0; i < speech.FaceCount; i++)
        {
            sum += speech.Face(i).Mouth;
        }

        return sum;
    }

    private static PackedSpeech Pack(byte[][] packets, FaceFrame[] faces) =>
        PackedSpeech.Pack([.. packets.Select(p => (ReadOnlyMemory<byte>)p)], faces);

    private static List<byte[]> Read(PackedSpeech speech)
    {
        List<byte[]> packets = [];
        foreach (var packet in speech.Packets)
        {
            packets.Add(packet.ToArray());
        }

        return packets;
    }

    private static List<FaceFrame> Faces(PackedSpeech speech) => [.. Enumerable.Range(0, speech.FaceCount).Select(speech.Face)];
}
