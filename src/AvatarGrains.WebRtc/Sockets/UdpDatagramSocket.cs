using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AvatarGrains.WebRtc.Sockets;

/// <summary>An <see cref="IDatagramSocket"/> over <see cref="Socket"/>: one system call per datagram, everywhere .NET runs.</summary>
public sealed class UdpDatagramSocket : IDatagramSocket
{
    private const int DatagramSize = 2048;
    private const int BatchSize = 64;
    private const int BufferSize = 4 << 20;
    private const int AddressAt4 = 4;
    private const int AddressAt6 = 8;

    private readonly Socket _socket;
    private readonly bool _dual;
    private readonly SocketAddress _peer;
    private readonly SocketAddress _self;
    private readonly byte[] _input = new byte[DatagramSize];
    private readonly byte[] _output = new byte[DatagramSize * BatchSize];
    private readonly (int Length, NetAddress To)[] _pending = new (int, NetAddress)[BatchSize];
    private int _count;

    /// <summary>Binds to a port on all addresses; on IPv6 too where the machine has it.</summary>
    /// <param name="port">UDP port, 0 for any free one.</param>
    /// <exception cref="SocketException">The port is in use or not allowed.</exception>
    public UdpDatagramSocket(int port)
        : this(Socket.OSSupportsIPv6 ? new IPEndPoint(IPAddress.IPv6Any, port) : new IPEndPoint(IPAddress.Any, port))
    {
    }

    /// <summary>Binds to one address.</summary>
    /// <exception cref="SocketException">The port is in use or not allowed.</exception>
    public UdpDatagramSocket(IPEndPoint bind)
    {
        ArgumentNullException.ThrowIfNull(bind);
        _dual = bind.AddressFamily == AddressFamily.InterNetworkV6;
        _socket = new Socket(bind.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (_dual)
            {
                _socket.DualMode = true;
            }

            _socket.ReceiveBufferSize = BufferSize;
            _socket.SendBufferSize = BufferSize;
            _socket.Bind(bind);
            _socket.Blocking = false;
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        var local = (IPEndPoint)_socket.LocalEndPoint!;
        LocalAddress = NetAddress.From(local);
        _peer = new SocketAddress(bind.AddressFamily, _dual ? 28 : 16);
        var loopback = local.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : local.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : local.Address;
        _self = new IPEndPoint(loopback, local.Port).Serialize();
    }

    public NetAddress LocalAddress { get; }

    public long SendErrors { get; private set; }

    public long DatagramsSent { get; private set; }

    public long DatagramsReceived { get; private set; }

    public long SendCalls { get; private set; }

    /// <summary>True when IPv6 datagrams are received too.</summary>
    public bool HearsIPv6 => _dual;

    public Span<byte> Rent(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, DatagramSize);
        if (_count == BatchSize)
        {
            Flush();
        }

        return _output.AsSpan(_count * DatagramSize, DatagramSize);
    }

    public void Commit(int length, in NetAddress to) => _pending[_count++] = (length, to);

    public int Receive(long timeoutMicroseconds, int limit, DatagramHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (timeoutMicroseconds > 0 && !_socket.Poll((int)Math.Min(timeoutMicroseconds, int.MaxValue), SelectMode.SelectRead))
        {
            return 0;
        }

        var handled = 0;
        while (handled < limit)
        {
            int length;
            try
            {
                if (_socket.Available == 0 && !_socket.Poll(0, SelectMode.SelectRead))
                {
                    break;
                }

                length = _socket.ReceiveFrom(_input, SocketFlags.None, _peer);
            }
            catch (SocketException exception) when (IsTransient(exception.SocketErrorCode))
            {
                // An ICMP error of an earlier datagram, or one too long for the buffer: nothing to hand over.
                continue;
            }

            handled++;
            DatagramsReceived++;
            if (length > 0)
            {
                handler(_input.AsSpan(0, length), Read(_peer));
            }
        }

        return handled;
    }

    public void Flush()
    {
        for (var i = 0; i < _count; i++)
        {
            var (length, to) = _pending[i];
            try
            {
                if (!Write(_peer, to))
                {
                    SendErrors++;
                    continue;
                }

                _socket.SendTo(_output.AsSpan(i * DatagramSize, length), SocketFlags.None, _peer);
                DatagramsSent++;
                SendCalls++;
            }
            catch (SocketException)
            {
                // The kernel's buffer is full or the address cannot be reached: lost, as datagrams are.
                SendErrors++;
            }
        }

        _count = 0;
    }

    public void Wake()
    {
        try
        {
            _socket.SendTo(ReadOnlySpan<byte>.Empty, SocketFlags.None, _self);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
        {
            // A full buffer holds enough to wake the loop.
            return;
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsTransient(SocketError error) =>
        error is SocketError.WouldBlock or SocketError.ConnectionReset or SocketError.ConnectionRefused
            or SocketError.MessageSize or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkReset
            or SocketError.Interrupted;

    private NetAddress Read(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return _dual
            ? new NetAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes[AddressAt6..]), port)
            : new NetAddress(NetAddress.MapIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[AddressAt4..])), port);
    }

    private bool Write(SocketAddress address, in NetAddress to)
    {
        var bytes = address.Buffer.Span;
        address.Size = _dual ? 28 : 16;
        bytes[2..].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], to.Port);
        if (_dual)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes[AddressAt6..], to.Address);
            return true;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes[AddressAt4..], (uint)to.Address);
        return to.IsIPv4;
    }
}
