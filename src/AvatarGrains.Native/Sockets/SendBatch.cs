using System.Runtime.InteropServices;
using AvatarGrains.WebRtc;

namespace AvatarGrains.Native.Sockets;

/// <summary>
/// Datagrams for one sendmmsg, in native memory so that nothing is pinned per call. Neighbours of one length for one address become one
/// message that the kernel cuts again after its way through the stack (UDP_SEGMENT, Linux 4.18); the last may be shorter.
/// </summary>
internal sealed unsafe class SendBatch : SafeHandle
{
    public const int Count = 64;
    public const int BufferSize = 2048;

    private const int AddressStride = 32;
    private const int ControlStride = 24;

    // An IP packet holds 65535 bytes with its headers.
    private const int MaxMessage = 60_000;

    private readonly NativeSocket.MessageHeader* _headers;
    private readonly NativeSocket.IoVector* _vectors;
    private readonly byte* _controls;
    private readonly byte* _addresses;
    private readonly byte* _buffers;
    private NetAddress _to;
    private int _segment;
    private int _bytes;
    private bool _open;

    public SendBatch()
        : base(0, ownsHandle: true)
    {
        var headerBytes = Count * sizeof(NativeSocket.MessageHeader);
        var vectorBytes = Count * sizeof(NativeSocket.IoVector);
        var memory = (byte*)NativeMemory.AllocZeroed((nuint)(headerBytes + vectorBytes + (Count * (ControlStride + AddressStride + BufferSize))));
        SetHandle((nint)memory);
        _headers = (NativeSocket.MessageHeader*)memory;
        _vectors = (NativeSocket.IoVector*)(memory + headerBytes);
        _controls = memory + headerBytes + vectorBytes;
        _addresses = _controls + (Count * ControlStride);
        _buffers = _addresses + (Count * AddressStride);
        for (var i = 0; i < Count; i++)
        {
            _vectors[i].Base = _buffers + (i * BufferSize);
            var control = (NativeSocket.SegmentControl*)(_controls + (i * ControlStride));
            *control = new NativeSocket.SegmentControl
            {
                Length = NativeSocket.SegmentControlLength,
                Level = NativeSocket.LevelUdp,
                Type = NativeSocket.UdpSegment,
            };
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Datagrams in the batch.</summary>
    public int Datagrams { get; private set; }

    /// <summary>Messages they make.</summary>
    public int Messages { get; private set; }

    public NativeSocket.MessageHeader* Headers => _headers;

    /// <summary>The buffer of the next datagram.</summary>
    public Span<byte> Buffer => new(_buffers + (Datagrams * BufferSize), BufferSize);

    /// <summary>Adds the datagram that was written to <see cref="Buffer"/>.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="to">Where to.</param>
    /// <param name="ipv6">True for an IPv6 socket.</param>
    /// <param name="join">True when the kernel can cut one message into several datagrams.</param>
    public void Append(int length, in NetAddress to, bool ipv6, bool join)
    {
        _vectors[Datagrams].Length = (nuint)length;
        if (join && _open && length > 0 && length <= _segment && _bytes + length <= MaxMessage && to == _to)
        {
            Join(length);
        }
        else
        {
            Begin(length, to, ipv6);
        }

        Datagrams++;
    }

    /// <summary>Datagrams in so many messages from one on.</summary>
    public int DatagramsIn(int first, int count)
    {
        var total = 0;
        for (var i = first; i < first + count; i++)
        {
            total += (int)_headers[i].VectorCount;
        }

        return total;
    }

    /// <summary>The message as one datagram that is part of it.</summary>
    public NativeSocket.MessageHeader Single(int message, int part)
    {
        var header = _headers[message];
        header.Vectors += part;
        header.VectorCount = 1;
        header.Control = null;
        header.ControlLength = 0;
        return header;
    }

    public void Clear()
    {
        Datagrams = Messages = 0;
        _open = false;
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }

    private void Begin(int length, in NetAddress to, bool ipv6)
    {
        var address = _addresses + (Messages * AddressStride);
        _headers[Messages] = new NativeSocket.MessageHeader
        {
            Name = address,
            NameLength = (uint)SocketAddress.Write(new Span<byte>(address, AddressStride), to, ipv6),
            Vectors = _vectors + Datagrams,
            VectorCount = 1,
        };
        Messages++;
        _to = to;
        _segment = _bytes = length;
        _open = length > 0;
    }

    private void Join(int length)
    {
        var message = Messages - 1;
        var control = (NativeSocket.SegmentControl*)(_controls + (message * ControlStride));
        control->Segment = (ushort)_segment;
        _headers[message].Control = (byte*)control;
        _headers[message].ControlLength = ControlStride;
        _headers[message].VectorCount++;
        _bytes += length;
        _open = length == _segment;
    }
}
