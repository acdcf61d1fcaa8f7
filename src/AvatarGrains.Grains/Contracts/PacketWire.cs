using System.Buffers.Binary;
using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Grains.Contracts;

/// <summary>Opus packets and faces as two flat arrays: each packet after its length in two bytes, each face in three bytes.</summary>
internal static class PacketWire
{
    private const int FaceBytes = 3;

    public static byte[] Pack(IReadOnlyList<ReadOnlyMemory<byte>> packets)
    {
        var size = 0;
        foreach (var packet in packets)
        {
            size += 2 + packet.Length;
        }

        var bytes = new byte[size];
        var at = bytes.AsSpan();
        foreach (var packet in packets)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, checked((ushort)packet.Length));
            packet.Span.CopyTo(at[2..]);
            at = at[(2 + packet.Length)..];
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are not packed packets.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Unpack(byte[] bytes)
    {
        List<ReadOnlyMemory<byte>> packets = new(bytes.Length / 64);
        for (var at = 0; at < bytes.Length;)
        {
            var length = bytes.Length - at >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)) : int.MaxValue;
            if (length > bytes.Length - at - 2)
            {
                throw new InvalidDataException("A packet ends beyond its chunk.");
            }

            packets.Add(bytes.AsMemory(at + 2, length));
            at += 2 + length;
        }

        return packets;
    }

    public static byte[] Pack(IReadOnlyList<FaceFrame> faces)
    {
        var bytes = new byte[faces.Count * FaceBytes];
        for (var i = 0; i < faces.Count; i++)
        {
            (bytes[i * FaceBytes], bytes[(i * FaceBytes) + 1], bytes[(i * FaceBytes) + 2]) = (faces[i].Mouth, (byte)faces[i].Expression, faces[i].Accent);
        }

        return bytes;
    }

    public static IReadOnlyList<FaceFrame> UnpackFaces(byte[] bytes)
    {
        var faces = new FaceFrame[bytes.Length / FaceBytes];
        for (var i = 0; i < faces.Length; i++)
        {
            faces[i] = new FaceFrame(bytes[i * FaceBytes], (Expression)bytes[(i * FaceBytes) + 1], bytes[(i * FaceBytes) + 2]);
        }

        return faces;
    }
}
