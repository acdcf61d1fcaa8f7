namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Chunks with consecutive TSNs, oldest first: a growing ring.</summary>
internal sealed class OutboundWindow
{
    private OutboundChunk?[] _items = new OutboundChunk?[16];
    private int _head;

    public int Count { get; private set; }

    public OutboundChunk this[int index] => _items[(_head + index) & (_items.Length - 1)]!;

    public void Add(OutboundChunk chunk)
    {
        if (Count == _items.Length)
        {
            var grown = new OutboundChunk?[2 * Count];
            for (var i = 0; i < Count; i++)
            {
                grown[i] = this[i];
            }

            _items = grown;
            _head = 0;
        }

        _items[(_head + Count) & (_items.Length - 1)] = chunk;
        Count++;
    }

    public OutboundChunk RemoveFirst()
    {
        var chunk = this[0];
        _items[_head] = null;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        return chunk;
    }
}
