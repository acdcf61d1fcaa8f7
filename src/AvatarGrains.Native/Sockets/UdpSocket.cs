using System.Runtime.InteropServices;
using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Sockets;
using Microsoft.Win32.SafeHandles;

namespace AvatarGrains.Native.Sockets;

/// <summary>A UDP socket over recvmmsg, sendmmsg and UDP_SEGMENT, IPv6 and IPv4 at once where the machine has IPv6.</summary>
public sealed unsafe class UdpSocket : IDatagramSocket
{
    private const int BufferBytes = 4 << 20;
    private const long MicrosecondsPerSecond = 1_000_000;
    private static readonly NativeSocket.TimeSpec SendPatience = new() { Nanoseconds = 2_000_000 };

    private readonly SafeFileHandle _socket;
    private readonly SafeFileHandle _wake;
    private readonly MessageBatch _received = new();
    private readonly SendBatch _pending = new();
    private readonly bool _ipv6;
    private bool _segments;

    private UdpSocket(SafeFileHandle socket, SafeFileHandle wake, bool ipv6)
    {
        _socket = socket;
        _wake = wake;
        _ipv6 = ipv6;
        Span<byte> address = stackalloc byte[SocketAddress.Size];
        uint length = SocketAddress.Size;
        fixed (byte* data = address)
        {
            NativeSocket.getsockname(socket, data, ref length);
        }

        LocalAddress = SocketAddress.Read(address);
        _segments = NativeSocket.setsockopt(socket, NativeSocket.LevelUdp, NativeSocket.UdpSegment, 0, sizeof(int)) == 0;
    }

    public NetAddress LocalAddress { get; }

    /// <summary>True when IPv6 datagrams are received too.</summary>
    public bool HearsIPv6 => _ipv6;

    public long SendErrors { get; private set; }

    public long DatagramsSent { get; private set; }

    public long DatagramsReceived { get; private set; }

    public long SendCalls { get; private set; }

    /// <summary>Opens and binds a socket. The address <c>::</c> takes IPv6 and IPv4; port 0 takes any free port.</summary>
    /// <exception cref="IOException">The address is in use or not ours; the message says which.</exception>
    public static UdpSocket Bind(NetAddress local)
    {
        var ipv6 = true;
        var type = NativeSocket.Datagram | NativeSocket.NonBlocking | NativeSocket.CloseOnExec;
        var descriptor = NativeSocket.socket(NativeSocket.Inet6, type, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NativeSocket.AddressFamilyNotSupported)
        {
            ipv6 = false;
            descriptor = NativeSocket.socket(NativeSocket.Inet, type, 0);
        }

        var socket = Own(descriptor, local);
        if (ipv6)
        {
            NativeSocket.setsockopt(socket, NativeSocket.LevelIPv6, NativeSocket.IPv6Only, 0, sizeof(int));
        }

        // The kernel cuts these to its limits (net.core.rmem_max, wmem_max); what it grants is enough to run.
        NativeSocket.setsockopt(socket, NativeSocket.LevelSocket, NativeSocket.ReceiveBuffer, BufferBytes, sizeof(int));
        NativeSocket.setsockopt(socket, NativeSocket.LevelSocket, NativeSocket.SendBuffer, BufferBytes, sizeof(int));
        Span<byte> address = stackalloc byte[SocketAddress.Size];
        var length = SocketAddress.Write(address, local, ipv6);
        fixed (byte* data = address)
        {
            if (NativeSocket.bind(socket, data, (uint)length) != 0)
            {
                var error = BindError(local);
                socket.Dispose();
                throw error;
            }
        }

        return new UdpSocket(socket, Own(NativeSocket.eventfd(0, NativeSocket.EventNonBlocking | NativeSocket.CloseOnExec), local), ipv6);
    }

    public Span<byte> Rent(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, SendBatch.BufferSize);
        ObjectDisposedException.ThrowIf(_pending.IsClosed, this);
        return _pending.Buffer;
    }

    public void Commit(int length, in NetAddress to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SendBatch.BufferSize);
        ObjectDisposedException.ThrowIf(_pending.IsClosed, this);
        if (!_ipv6 && !to.IsIPv4)
        {
            SendErrors++;
            return;
        }

        _pending.Append(length, to, _ipv6, _segments);
        if (_pending.Datagrams == SendBatch.Count)
        {
            Flush();
        }
    }

    public void Flush()
    {
        var waited = false;
        for (var sent = 0; sent < _pending.Messages;)
        {
            var result = NativeSocket.sendmmsg(_socket, _pending.Headers + sent, (uint)(_pending.Messages - sent), NativeSocket.DontWait);
            if (result > 0)
            {
                DatagramsSent += _pending.DatagramsIn(sent, result);
                SendCalls++;
                sent += result;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case NativeSocket.Interrupted:
                    break;
                case NativeSocket.Again when !waited:
                    waited = true;
                    WaitToSend();
                    break;
                case NativeSocket.Again:
                    SendErrors += _pending.DatagramsIn(sent, _pending.Messages - sent);
                    sent = _pending.Messages;
                    break;
                case var error:
                    // The first message is the one refused (unreachable, too long, an earlier ICMP error); the rest may still go.
                    Refused(sent++, error);
                    break;
            }
        }

        _pending.Clear();
    }

    public int Receive(long timeoutMicroseconds, int limit, DatagramHandler handler)
    {
        ObjectDisposedException.ThrowIf(_received.IsClosed, this);
        if (timeoutMicroseconds > 0)
        {
            WaitForInput(timeoutMicroseconds);
        }

        var total = 0;
        while (total < limit)
        {
            var room = Math.Min(limit - total, MessageBatch.Count);
            var count = ReceiveBatch(room);
            for (var i = 0; i < count; i++)
            {
                handler(_received.Buffer(i)[..(int)_received.Headers[i].Length], SocketAddress.Read(_received.Address(i)));
            }

            DatagramsReceived += Math.Max(0, count);
            total += Math.Max(0, count);
            if (count < room)
            {
                break;
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
        _socket.Dispose();
        _wake.Dispose();
        _received.Dispose();
        _pending.Dispose();
    }

    private static SafeFileHandle Own(int descriptor, NetAddress local) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw BindError(local);

    private static IOException BindError(NetAddress local)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"cannot open UDP {local}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private int ReceiveBatch(int room)
    {
        for (var i = 0; i < room; i++)
        {
            _received.Headers[i].NameLength = SocketAddress.Size;
        }

        while (true)
        {
            var count = NativeSocket.recvmmsg(_socket, _received.Headers, (uint)room, NativeSocket.DontWait, 0);
            if (count >= 0)
            {
                return count;
            }

            // Any error but EAGAIN is the report of an earlier send's ICMP answer; reading it has cleared it.
            if (Marshal.GetLastPInvokeError() == NativeSocket.Again)
            {
                return 0;
            }
        }
    }

    private void WaitForInput(long timeoutMicroseconds)
    {
        var entries = stackalloc NativeSocket.PollEntry[2];
        entries[0] = new NativeSocket.PollEntry { File = Descriptor(_socket), Events = NativeSocket.PollIn };
        entries[1] = new NativeSocket.PollEntry { File = Descriptor(_wake), Events = NativeSocket.PollIn };
        var timeout = new NativeSocket.TimeSpec
        {
            Seconds = timeoutMicroseconds / MicrosecondsPerSecond,
            Nanoseconds = timeoutMicroseconds % MicrosecondsPerSecond * 1000,
        };
        if (NativeSocket.ppoll(entries, 2, &timeout, 0) > 0 && (entries[1].Happened & NativeSocket.PollIn) != 0)
        {
            ulong count;
            NativeSocket.read(_wake, (byte*)&count, sizeof(ulong));
        }
    }

    /// <summary>Sends what the kernel would not cut datagram by datagram.</summary>
    private void Refused(int message, int error)
    {
        var parts = _pending.DatagramsIn(message, 1);
        if (parts == 1)
        {
            SendErrors++;
            return;
        }

        // A device that cannot make checksums takes no message to cut.
        _segments &= error != NativeSocket.InputOutput;
        for (var part = 0; part < parts; part++)
        {
            var header = _pending.Single(message, part);
            var sent = NativeSocket.sendmmsg(_socket, &header, 1, NativeSocket.DontWait) == 1;
            DatagramsSent += sent ? 1 : 0;
            SendErrors += sent ? 0 : 1;
            SendCalls++;
        }
    }

    private void WaitToSend()
    {
        var entry = new NativeSocket.PollEntry { File = Descriptor(_socket), Events = NativeSocket.PollOut };
        var patience = SendPatience;
        NativeSocket.ppoll(&entry, 1, &patience, 0);
    }

    private static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
