using System.Buffers.Binary;
using System.Numerics;
using AvatarGrains.WebRtc.Dtls;

namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>
/// DTLS of a client that, beside each honest SCTP packet and under the same keys, sends forged ones: every chunk type with rubbish inside,
/// and mutilations of the honest packet, all with the right tag and a right checksum. Seeded.
/// </summary>
internal sealed class RudeDtls(IDtlsFactory inner, int seed) : IDtlsFactory
{
    private const int CommonHeader = 12;

    // Of RFC 9260, 3758, 4895, 5061, 6525 and 8260, and one that no RFC defines.
    public static readonly byte[] ChunkTypes =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 64, 128, 129, 130, 132, 192, 193, 194, 254, 255,
    ];

    /// <summary>ABORT and SHUTDOWN under the right tag end the association, as they should.</summary>
    public static readonly byte[] Goodbyes = [6, 7, 8, 14];

    private readonly Random _random = new(seed);

    /// <summary>Chunk types that are forged.</summary>
    public byte[] Types { get; init; } = ChunkTypes;

    /// <summary>Mutilations of each honest packet that are sent beside it.</summary>
    public int Mutilations { get; init; } = 8;

    /// <summary>While it is false nothing forged is sent.</summary>
    public bool IsRude { get; set; }

    /// <summary>Forged packets sent.</summary>
    public int Sent { get; private set; }

    public ReadOnlyMemory<byte> Fingerprint => inner.Fingerprint;

    public IDtlsAssociation Create(bool server) => server ? inner.Create(true) : new Association(inner.Create(false), this);

    private IEnumerable<byte[]> Forge(byte[] honest)
    {
        if (!IsRude || honest.Length <= CommonHeader + 4)
        {
            yield break;
        }

        foreach (var type in Types)
        {
            yield return Repair(Rubbish(honest, type));
        }

        for (var i = 0; i < Mutilations; i++)
        {
            yield return Repair(Mutilate(honest));
        }

        yield return honest[.._random.Next(honest.Length)];
    }

    private byte[] Rubbish(byte[] honest, byte type)
    {
        var packet = new byte[CommonHeader + 4 + _random.Next(200)];
        _random.NextBytes(packet);
        honest.AsSpan(0, CommonHeader).CopyTo(packet);
        packet[CommonHeader] = type;
        var honestLength = packet.Length - CommonHeader;
        BinaryPrimitives.WriteUInt16BigEndian(
            packet.AsSpan(CommonHeader + 2),
            (ushort)(_random.Next(3) switch { 0 => honestLength, 1 => _random.Next(8), _ => _random.Next(1 << 16) }));
        return packet;
    }

    private byte[] Mutilate(byte[] honest)
    {
        var copy = (byte[])honest.Clone();
        for (var change = _random.Next(1, 4); change > 0; change--)
        {
            copy[_random.Next(CommonHeader, copy.Length)] = (byte)_random.Next(256);
        }

        return _random.Next(4) == 0 ? copy[.._random.Next(CommonHeader + 4, copy.Length)] : copy;
    }

    /// <summary>Makes the CRC-32C right (RFC 9260 6.8).</summary>
    private static byte[] Repair(byte[] packet)
    {
        packet.AsSpan(8, 4).Clear();
        var crc = uint.MaxValue;
        foreach (var value in packet)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), ~crc);
        return packet;
    }

    private sealed class Association(IDtlsAssociation inner, RudeDtls owner) : IDtlsAssociation
    {
        public DtlsState State => inner.State;

        public ReadOnlySpan<byte> PeerFingerprint => inner.PeerFingerprint;

        public SrtpProfile Profile => inner.Profile;

        public void Start() => inner.Start();

        public void Receive(ReadOnlySpan<byte> datagram) => inner.Receive(datagram);

        public int TakeOutgoing(Span<byte> datagram) => inner.TakeOutgoing(datagram);

        public int TakeApplicationData(Span<byte> data) => inner.TakeApplicationData(data);

        public bool Send(ReadOnlySpan<byte> data)
        {
            foreach (var forged in owner.Forge(data.ToArray()))
            {
                owner.Sent++;
                inner.Send(forged);
            }

            return inner.Send(data);
        }

        public void Retransmit() => inner.Retransmit();

        public void ExportSrtpKeys(Span<byte> material) => inner.ExportSrtpKeys(material);

        public void Close() => inner.Close();

        public void Dispose() => inner.Dispose();
    }
}
