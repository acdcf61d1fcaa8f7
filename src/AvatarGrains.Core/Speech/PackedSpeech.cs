using System.Buffers.Binary;
using AvatarGrains.Core.Avatars;
using Orleans;

namespace AvatarGrains.Core.Speech;

/// <summary>
/// Encoded speech with its faces. Opus packets of 20 ms lie in one array, each after its length in two bytes (little-endian); faces of 40 ms lie in
/// another, each as mouth, expression and accent in a byte. A worker packs it once; silos and the feed pass it on as it is, and whoever plays it
/// reads packet after packet from the array. Immutable and shared.
/// </summary>
[Immutable]
public sealed class PackedSpeech
{
    /// <summary>Length of a packet.</summary>
    public const int PacketMs = 20;

    /// <summary>Largest Opus packet, bytes (RFC 6716, 3.4).</summary>
    public const int MaxPacket = 1275;

    /// <summary>Bytes before each packet that give its length.</summary>
    internal const int LengthBytes = 2;

    /// <summary>Bytes of a face.</summary>
    internal const int FaceBytes = 3;

    private readonly byte[] _packets;
    private readonly byte[] _faces;

    /// <summary>Takes arrays that were just packed and that nobody else holds.</summary>
    internal PackedSpeech(byte[] packets, byte[] faces, int count) => (_packets, _faces, PacketCount) = (packets, faces, count);

    /// <summary>No speech.</summary>
    public static PackedSpeech Empty { get; } = new([], [], 0);

    /// <summary>Packets of 20 ms.</summary>
    public int PacketCount { get; }

    /// <summary>Faces of 40 ms.</summary>
    public int FaceCount => _faces.Length / FaceBytes;

    /// <summary>Length in milliseconds.</summary>
    public int DurationMs => PacketCount * PacketMs;

    /// <summary>Bytes held.</summary>
    public int Size => _packets.Length + _faces.Length;

    /// <summary>The packets in order, as slices of the array they lie in. Nothing is allocated; they must not be written to.</summary>
    public PacketReader Packets => new(_packets);

    /// <summary>Packs packets and faces.</summary>
    /// <exception cref="ArgumentException">A packet is empty or longer than <see cref="MaxPacket"/>.</exception>
    public static PackedSpeech Pack(IReadOnlyCollection<ReadOnlyMemory<byte>> packets, IReadOnlyCollection<FaceFrame> faces)
    {
        ArgumentNullException.ThrowIfNull(packets);
        ArgumentNullException.ThrowIfNull(faces);
        var packed = new byte[packets.Sum(p => LengthBytes + p.Length)];
        var at = packed.AsSpan();
        foreach (var packet in packets)
        {
            if (packet.Length is 0 or > MaxPacket)
            {
                throw new ArgumentException($"A packet of {packet.Length} bytes is no Opus packet.", nameof(packets));
            }

            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)packet.Length);
            packet.Span.CopyTo(at[LengthBytes..]);
            at = at[(LengthBytes + packet.Length)..];
        }

        return new PackedSpeech(packed, PackFaces([.. faces]), packets.Count);
    }

    /// <summary>Takes what was packed elsewhere. The arrays are kept, not copied.</summary>
    /// <exception cref="InvalidDataException">They hold no packed speech.</exception>
    public static PackedSpeech Read(byte[] packets, byte[] faces)
    {
        CheckFaces(faces);
        return new PackedSpeech(packets, faces, Count(packets));
    }

    /// <summary>One face.</summary>
    /// <param name="index">From 0 to <see cref="FaceCount"/> − 1.</param>
    public FaceFrame Face(int index) => UnpackFace(_faces.AsSpan(index * FaceBytes, FaceBytes));

    /// <summary>What is left when the first packets, and the faces that belong to them whole, are taken away.</summary>
    /// <param name="packets">From 0 to <see cref="PacketCount"/>.</param>
    public PackedSpeech Skip(int packets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(packets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(packets, PacketCount);
        if (packets == 0)
        {
            return this;
        }

        var reader = Packets;
        for (var i = 0; i < packets; i++)
        {
            reader.MoveNext();
        }

        return new PackedSpeech(_packets[reader.End..], _faces[(FacesOf(packets) * FaceBytes)..], PacketCount - packets);
    }

    /// <summary>Faces of 40 ms that belong whole to the first packets.</summary>
    public int FacesOf(int packets) => Math.Min(packets / 2, FaceCount);

    internal static byte[] PackFaces(ReadOnlySpan<FaceFrame> faces)
    {
        var packed = new byte[faces.Length * FaceBytes];
        for (var i = 0; i < faces.Length; i++)
        {
            var at = packed.AsSpan(i * FaceBytes, FaceBytes);
            (at[0], at[1], at[2]) = (faces[i].Mouth, (byte)faces[i].Expression, faces[i].Accent);
        }

        return packed;
    }

    internal PackedSpeechBytes ToBytes() => new(_packets, _faces);

    private static FaceFrame UnpackFace(ReadOnlySpan<byte> face) => new(face[0], (Expression)face[1], face[2]);

    /// <summary>Makes sure that no reader leaves the array.</summary>
    private static int Count(ReadOnlySpan<byte> packets)
    {
        var count = 0;
        for (; !packets.IsEmpty; count++)
        {
            var length = packets.Length > LengthBytes ? BinaryPrimitives.ReadUInt16LittleEndian(packets) : 0;
            if (length is 0 or > MaxPacket || length > packets.Length - LengthBytes)
            {
                throw new InvalidDataException("A packet of speech is empty, too long or cut off.");
            }

            packets = packets[(LengthBytes + length)..];
        }

        return count;
    }

    private static void CheckFaces(ReadOnlySpan<byte> faces)
    {
        if (faces.Length % FaceBytes != 0)
        {
            throw new InvalidDataException("The last face of speech is cut off.");
        }

        for (; !faces.IsEmpty; faces = faces[FaceBytes..])
        {
            if (UnpackFace(faces) is not { Mouth: < MouthTable.Count, Expression: <= Expression.Thinking, Accent: <= FaceFrame.MaxAccent })
            {
                throw new InvalidDataException("A face of speech is none that can be drawn.");
            }
        }
    }
}

/// <summary>Reads packet after packet of a <see cref="PackedSpeech"/>. A default one has none.</summary>
public struct PacketReader(byte[]? packed)
{
    private int _start;

    /// <summary>The packet read last.</summary>
    public readonly ReadOnlyMemory<byte> Current => packed.AsMemory(_start, End - _start);

    /// <summary>Where the packet read last ends in the array.</summary>
    internal int End { get; private set; }

    /// <summary>Goes to the next packet.</summary>
    /// <returns>False when there is none.</returns>
    public bool MoveNext()
    {
        if (packed is null || End == packed.Length)
        {
            return false;
        }

        _start = End + PackedSpeech.LengthBytes;
        End = _start + BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(End));
        return true;
    }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly PacketReader GetEnumerator() => this;
}

/// <summary>Packed speech on its way to another silo.</summary>
[GenerateSerializer, Immutable, Alias("ag.PackedSpeech")]
internal readonly record struct PackedSpeechBytes([property: Id(0)] byte[] Packets, [property: Id(1)] byte[] Faces);

/// <summary>Checks what arrives.</summary>
[RegisterConverter]
internal sealed class PackedSpeechCodec : IConverter<PackedSpeech, PackedSpeechBytes>
{
    public PackedSpeech ConvertFromSurrogate(in PackedSpeechBytes surrogate) => PackedSpeech.Read(surrogate.Packets, surrogate.Faces);

    public PackedSpeechBytes ConvertToSurrogate(in PackedSpeech value) => value.ToBytes();
}
