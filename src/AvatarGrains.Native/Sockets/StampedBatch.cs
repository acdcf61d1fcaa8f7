using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AvatarGrains.Native.Sockets;

/// <summary>Buffers for one recvmmsg with the kernel's receive timestamps.</summary>
internal sealed unsafe class StampedBatch : SafeHandle
{
    private const int BufferSize = 2048;
    private const int AddressStride = 32;
    private const int ControlStride = 64;
    private const int StampAt = 16;

    private readonly int _count;
    private readonly NativeSocket.MessageHeader* _headers;
    private readonly NativeSocket.IoVector* _vectors;
    private readonly byte* _addresses;
    private readonly byte* _controls;
    private readonly byte* _buffers;

    public StampedBatch(int count)
        : base(0, ownsHandle: true)
    {
        _count = count;
        var headerBytes = count * sizeof(NativeSocket.MessageHeader);
        var vectorBytes = count * sizeof(NativeSocket.IoVector);
        var memory = (byte*)NativeMemory.AllocZeroed((nuint)(headerBytes + vectorBytes + (count * (AddressStride + ControlStride + BufferSize))));
        SetHandle((nint)memory);
        _headers = (NativeSocket.MessageHeader*)memory;
        _vectors = (NativeSocket.IoVector*)(memory + headerBytes);
        _addresses = memory + headerBytes + vectorBytes;
        _controls = _addresses + (count * AddressStride);
        _buffers = _controls + (count * ControlStride);
        for (var i = 0; i < count; i++)
        {
            _vectors[i] = new NativeSocket.IoVector { Base = _buffers + (i * BufferSize), Length = BufferSize };
            _headers[i] = new NativeSocket.MessageHeader
            {
                Name = _addresses + (i * AddressStride),
                Vectors = _vectors + i,
                VectorCount = 1,
                Control = _controls + (i * ControlStride),
            };
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <returns>Datagrams received; 0 or less when there was none.</returns>
    public int Receive(SafeFileHandle socket)
    {
        for (var i = 0; i < _count; i++)
        {
            _headers[i].NameLength = SocketAddress.Size;
            _headers[i].ControlLength = ControlStride;
        }

        return NativeSocket.recvmmsg(socket, _headers, (uint)_count, NativeSocket.DontWait, 0);
    }

    public Span<byte> Datagram(int index) => new(_buffers + (index * BufferSize), (int)_headers[index].Length);

    /// <summary>Port of the sender.</summary>
    public ushort Port(int index) => BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(_addresses + (index * AddressStride) + 2, 2));

    /// <summary>The kernel's stamp, µs since 1970; 0 when it gave none.</summary>
    public long ArrivedAt(int index)
    {
        if (_headers[index].ControlLength < NativeEpoll.ControlSize)
        {
            return 0;
        }

        var stamp = (NativeSocket.TimeSpec*)(_controls + (index * ControlStride) + StampAt);
        return (stamp->Seconds * 1_000_000) + (stamp->Nanoseconds / 1000);
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
