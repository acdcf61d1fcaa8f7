using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Sockets;

/// <summary>Buffers, addresses and headers for one recvmmsg, in native memory so that nothing is pinned per call.</summary>
internal sealed unsafe class MessageBatch : SafeHandle
{
    public const int Count = 64;
    public const int BufferSize = 2048;
    private const int AddressStride = 32;

    private readonly NativeSocket.MessageHeader* _headers;
    private readonly byte* _addresses;
    private readonly byte* _buffers;

    public MessageBatch()
        : base(0, ownsHandle: true)
    {
        var headerBytes = Count * sizeof(NativeSocket.MessageHeader);
        var vectorBytes = Count * sizeof(NativeSocket.IoVector);
        var memory = (byte*)NativeMemory.AllocZeroed((nuint)(headerBytes + vectorBytes + (Count * (AddressStride + BufferSize))));
        SetHandle((nint)memory);
        _headers = (NativeSocket.MessageHeader*)memory;
        var vectors = (NativeSocket.IoVector*)(memory + headerBytes);
        _addresses = memory + headerBytes + vectorBytes;
        _buffers = _addresses + (Count * AddressStride);
        for (var i = 0; i < Count; i++)
        {
            vectors[i] = new NativeSocket.IoVector { Base = _buffers + (i * BufferSize), Length = BufferSize };
            _headers[i] = new NativeSocket.MessageHeader
            {
                Name = _addresses + (i * AddressStride),
                NameLength = SocketAddress.Size,
                Vectors = vectors + i,
                VectorCount = 1,
            };
        }
    }

    public override bool IsInvalid => handle == 0;

    public NativeSocket.MessageHeader* Headers => _headers;

    public Span<byte> Buffer(int index) => new(_buffers + (index * BufferSize), BufferSize);

    public Span<byte> Address(int index) => new(_addresses + (index * AddressStride), AddressStride);

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
