using AvatarGrains.Native.Cairo;
using AvatarGrains.Native.Pictures;

namespace AvatarGrains.Media.Rigs;

/// <summary>
/// A background with sprites over it, painted by tiles: what a layer hides is not painted below it, and a tile that shows nothing of a layer that
/// changed since the last picture stays as it is. One thread at a time.
/// </summary>
internal sealed class LayerStack
{
    private const int Tile = 16;

    // Layers beyond share the last bit: a tile is then painted again although none of them changed in it.
    private const int MaskBits = 64;

    private readonly PixelCanvas _background;
    private readonly PixelCanvas _picture;
    private readonly Placed[] _layers;
    private readonly ulong[] _shown;
    private readonly int _tilesWide;
    private ulong _changed = ulong.MaxValue;

    public LayerStack(PixelCanvas background, int layers)
    {
        _background = background;
        _picture = new PixelCanvas(background.Width, background.Height);
        _layers = new Placed[layers];
        _tilesWide = (background.Width + Tile - 1) / Tile;
        _shown = new ulong[_tilesWide * ((background.Height + Tile - 1) / Tile)];
        Array.Fill(_shown, ulong.MaxValue);
    }

    /// <summary>The picture painted last: bytes B, G, R, A, rows packed.</summary>
    public ReadOnlySpan<byte> Bgra => _picture.Bgra;

    /// <summary>Says what a layer shows from the next picture on.</summary>
    /// <param name="layer">Which; later ones lie over earlier ones.</param>
    /// <param name="sprite">What it shows; null for nothing.</param>
    /// <param name="map">From the pixels that the sprite was made from to pixels of the view.</param>
    public void Set(int layer, Sprite? sprite, in CairoMatrix map)
    {
        var visible = sprite is { IsEmpty: false } && Math.Abs((map.Xx * map.Yy) - (map.Xy * map.Yx)) > 1e-6;
        var placed = visible ? new Placed(sprite!, SpritePlace.Of(sprite!, map)) : default;
        if (!ReferenceEquals(placed.Sprite, _layers[layer].Sprite) || placed.Place != _layers[layer].Place)
        {
            _layers[layer] = placed;
            _changed |= BitOf(layer);
        }
    }

    /// <summary>Brings the picture up to what the layers show.</summary>
    public void Paint()
    {
        if (_changed == 0)
        {
            return;
        }

        Span<Coverage> coverage = _layers.Length <= 256 ? stackalloc Coverage[_layers.Length] : new Coverage[_layers.Length];
        for (var i = 0; i < _shown.Length; i++)
        {
            var (row, column) = Math.DivRem(i, _tilesWide);
            var (x, y) = (column * Tile, row * Tile);
            PaintTile(ref _shown[i], coverage, x, y, Math.Min(Tile, _picture.Width - x), Math.Min(Tile, _picture.Height - y));
        }

        _changed = 0;
    }

    private static ulong BitOf(int layer) => 1ul << Math.Min(layer, MaskBits - 1);

    private void PaintTile(ref ulong shown, Span<Coverage> coverage, int x, int y, int width, int height)
    {
        // From the front to the first layer that hides all behind it.
        ulong shows = 0;
        var first = _layers.Length - 1;
        for (; first >= 0; first--)
        {
            var (sprite, place) = _layers[first];
            coverage[first] = sprite?.CoverageOf(place, x, y, width, height) ?? Coverage.None;
            if (coverage[first] != Coverage.None)
            {
                shows |= BitOf(first);
                if (coverage[first] == Coverage.Full)
                {
                    break;
                }
            }
        }

        var stale = ((shown | shows) & _changed) != 0;
        shown = shows;
        if (!stale)
        {
            return;
        }

        if (first < 0)
        {
            _picture.CopyFrom(_background, x, y, width, height);
            first = 0;
        }

        for (var i = first; i < _layers.Length; i++)
        {
            if (coverage[i] != Coverage.None)
            {
                _picture.Paint(_layers[i].Sprite!, _layers[i].Place, x, y, width, height);
            }
        }
    }

    private readonly record struct Placed(Sprite? Sprite, SpritePlace Place);
}
