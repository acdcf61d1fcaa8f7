using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>Keeps datagrams for the other end until the connection is up, then throws them away.</summary>
internal sealed class MemoryWriter : IDatagramWriter
{
    private readonly byte[] _buffer = new byte[2048];
    private readonly Queue<byte[]> _sent = new();

    public bool Discards { get; set; }

    public Span<byte> Rent(int size) => _buffer;

    public void Commit(int length, in NetAddress to)
    {
        if (!Discards)
        {
            _sent.Enqueue(_buffer[..length]);
        }
    }

    public bool TryTake(out byte[] datagram) => _sent.TryDequeue(out datagram!);
}
