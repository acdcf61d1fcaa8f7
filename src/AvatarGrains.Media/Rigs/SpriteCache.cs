using AvatarGrains.Native.Pictures;

namespace AvatarGrains.Media.Rigs;

/// <summary>
/// The drawn states of layers, the least recently used are dropped first when they take more than their share of memory. Not thread-safe.
/// </summary>
internal sealed class SpriteCache(long maxBytes)
{
    private readonly Dictionary<LayerState, LinkedListNode<(LayerState State, Sprite Sprite)>> _nodes = [];
    private readonly LinkedList<(LayerState State, Sprite Sprite)> _byUse = new();

    public long Bytes { get; private set; }

    public bool TryGet(LayerState state, out Sprite? sprite)
    {
        if (!_nodes.TryGetValue(state, out var node))
        {
            sprite = null;
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        sprite = node.Value.Sprite;
        return true;
    }

    public void Add(LayerState state, Sprite sprite)
    {
        _nodes[state] = _byUse.AddFirst((state, sprite));
        Bytes += sprite.Bytes;
        while (Bytes > maxBytes && _byUse.Count > 1)
        {
            var (oldest, dropped) = _byUse.Last!.Value;
            _byUse.RemoveLast();
            _nodes.Remove(oldest);
            Bytes -= dropped.Bytes;
        }
    }
}
