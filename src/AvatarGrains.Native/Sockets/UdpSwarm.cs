using System.Runtime.InteropServices;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Sockets;
using Microsoft.Win32.SafeHandles;

namespace AvatarGrains.Native.Sockets;

/// <summary>
/// The UDP sockets of many clients on one loop, each with a port of its own, as real clients have. <see cref="Open"/> opens one and returns
/// an address that stands for its server: what is sent to that address leaves by that socket, and what the socket receives is handed over
/// as coming from that address. The kernel stamps each datagram when it enters the receiving stack, so that a loop that runs late still
/// knows when the datagram arrived.
/// </summary>
public sealed unsafe class UdpSwarm : IDatagramSocket
{
    private const int BatchSize = 16;
    private const int EventCount = 128;
    private const int SendCount = 64;
    private const int BufferSize = 2048;
    private const ulong WakeMark = ulong.MaxValue;

    /// <summary>fd00::/64 of unique local addresses: the low half is the number of the client.</summary>
    private const ulong Prefix = 0xfd00_0000_0000_0000;

    private readonly SafeFileHandle _poll;
    private readonly SafeFileHandle _wake;
    private readonly Lock _gate = new();
    private readonly List<ulong> _closing = [];
    private readonly byte[] _output = new byte[SendCount * BufferSize];
    private readonly (int Length, NetAddress To)[] _pending = new (int, NetAddress)[SendCount];
    private readonly StampedBatch _input = new(BatchSize);
    private readonly byte[] _events = new byte[EventCount * 16];
    private SafeFileHandle?[] _sockets = new SafeFileHandle?[64];
    private ulong _next;
    private int _pendingCount;

    public UdpSwarm()
    {
        _poll = Own(NativeEpoll.epoll_create1(NativeEpoll.CloseOnExec));
        _wake = Own(NativeSocket.eventfd(0, NativeSocket.EventNonBlocking | NativeSocket.CloseOnExec));
        Watch(_wake, WakeMark);
    }

    /// <summary>No address: each client has its own.</summary>
    public NetAddress LocalAddress => default;

    public long SendErrors { get; private set; }

    public long DatagramsSent { get; private set; }

    public long DatagramsReceived { get; private set; }

    public long SendCalls { get; private set; }

    /// <summary>When the datagram being handed over entered this machine, µs since 1970.</summary>
    public long ArrivedAt { get; private set; }

    /// <summary>Sockets that are open.</summary>
    public int Count { get; private set; }

    /// <summary>Opens a client's socket. Any thread.</summary>
    /// <param name="server">Where its server is.</param>
    /// <returns>The address that stands for the server as this client sees it.</returns>
    /// <exception cref="IOException">No socket can be opened.</exception>
    public NetAddress Open(NetAddress server)
    {
        var ipv6 = !server.IsIPv4;
        var type = NativeSocket.Datagram | NativeSocket.NonBlocking | NativeSocket.CloseOnExec;
        var socket = Own(NativeSocket.socket(ipv6 ? NativeSocket.Inet6 : NativeSocket.Inet, type, 0));
        NativeSocket.setsockopt(socket, NativeSocket.LevelSocket, NativeSocket.ReceiveBuffer, 1 << 20, sizeof(int));
        NativeSocket.setsockopt(socket, NativeSocket.LevelSocket, NativeEpoll.TimestampNs, 1, sizeof(int));
        Span<byte> address = stackalloc byte[SocketAddress.Size];
        var length = SocketAddress.Write(address, server, ipv6);
        fixed (byte* data = address)
        {
            if (NativeEpoll.connect(socket, data, (uint)length) != 0)
            {
                var error = Error($"cannot reach {server}");
                socket.Dispose();
                throw error;
            }
        }

        lock (_gate)
        {
            var number = _next++;
            if (number >= (ulong)_sockets.Length)
            {
                Array.Resize(ref _sockets, _sockets.Length * 2);
            }

            _sockets[number] = socket;
            Count++;
            Watch(socket, number);
            return new NetAddress(new UInt128(Prefix, number), server.Port);
        }
    }

    /// <summary>Closes a client's socket after what was committed has left. On the loop.</summary>
    public void Close(in NetAddress client) => _closing.Add((ulong)client.Address);

    public Span<byte> Rent(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, BufferSize);
        return _output.AsSpan(_pendingCount * BufferSize, BufferSize);
    }

    public void Commit(int length, in NetAddress to)
    {
        _pending[_pendingCount++] = (length, to);
        if (_pendingCount == SendCount)
        {
            Flush();
        }
    }

    public void Flush()
    {
        for (var i = 0; i < _pendingCount; i++)
        {
            var (length, to) = _pending[i];
            var socket = Find((ulong)to.Address);
            if (to.Address >> 64 != Prefix || socket is null)
            {
                SendErrors++;
                continue;
            }

            fixed (byte* data = &_output[i * BufferSize])
            {
                var sent = NativeEpoll.send(socket, data, (nuint)length, NativeSocket.DontWait) >= 0;
                SendErrors += sent ? 0 : 1;
                DatagramsSent += sent ? 1 : 0;
                SendCalls++;
            }
        }

        _pendingCount = 0;
        CloseSockets();
    }

    public int Receive(long timeoutMicroseconds, int limit, DatagramHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var total = 0;
        fixed (byte* events = _events)
        {
            var ready = NativeEpoll.epoll_wait(
                _poll, events, Math.Clamp(limit, 1, EventCount), (int)Math.Min((timeoutMicroseconds + 999) / 1000, int.MaxValue));
            for (var i = 0; i < ready; i++)
            {
                var mark = EpollEvents.Data(_events.AsSpan(i * EpollEvents.Size, EpollEvents.Size));
                if (mark == WakeMark)
                {
                    ulong count;
                    NativeSocket.read(_wake, (byte*)&count, sizeof(ulong));
                }
                else if (Find(mark) is { } socket)
                {
                    total += Drain(socket, new UInt128(Prefix, mark), handler);
                }
            }
        }

        return total;
    }

    public void Wake()
    {
        var one = 1UL;
        NativeSocket.write(_wake, (byte*)&one, sizeof(ulong));
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket?.Dispose();
        }

        _wake.Dispose();
        _poll.Dispose();
        _input.Dispose();
    }

    private static SafeFileHandle Own(int descriptor) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Error("cannot open a socket");

    private static IOException Error(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private SafeFileHandle? Find(ulong number)
    {
        var sockets = _sockets;
        return number < (ulong)sockets.Length ? sockets[number] : null;
    }

    private void Watch(SafeFileHandle socket, ulong mark)
    {
        Span<byte> change = stackalloc byte[EpollEvents.Size];
        EpollEvents.Write(change, NativeEpoll.Input, mark);
        fixed (byte* data = change)
        {
            if (NativeEpoll.epoll_ctl(_poll, NativeEpoll.Add, socket, data) != 0)
            {
                throw Error("cannot watch a socket");
            }
        }
    }

    private int Drain(SafeFileHandle socket, UInt128 client, DatagramHandler handler)
    {
        var count = _input.Receive(socket);
        for (var i = 0; i < count; i++)
        {
            ArrivedAt = _input.ArrivedAt(i);
            handler(_input.Datagram(i), new NetAddress(client, _input.Port(i)));
        }

        DatagramsReceived += Math.Max(0, count);
        return Math.Max(0, count);
    }

    private void CloseSockets()
    {
        if (_closing.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var number in _closing)
            {
                // Closing a socket takes it out of the epoll set.
                if (Find(number) is { } socket)
                {
                    socket.Dispose();
                    _sockets[number] = null;
                    Count--;
                }
            }
        }

        _closing.Clear();
    }
}
