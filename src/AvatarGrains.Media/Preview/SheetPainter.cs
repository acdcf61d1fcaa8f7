using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Preview;

/// <summary>Lays poses out in labelled rows and writes them as one PNG picture.</summary>
internal sealed class SheetPainter(IAvatarRigs rigs, string avatar, int columns, int cell)
{
    private const int Margin = 16;
    private const int Gap = 8;
    private const int LabelHeight = 22;
    private const int HeadingHeight = 40;

    private static readonly CairoColor Paper = CairoColor.FromRgb(0xf4f5f7);
    private static readonly CairoColor Ink = CairoColor.FromRgb(0x1f2933);
    private static readonly CairoColor Faint = CairoColor.FromRgb(0x616e7c);

    private readonly List<(string Heading, IReadOnlyList<SheetCell> Cells)> _sections = [];

    public void Add(string heading, IEnumerable<SheetCell> cells) => _sections.Add((heading, [.. cells]));

    /// <exception cref="KeyNotFoundException">There is no such avatar.</exception>
    public void Write(Stream png)
    {
        var view = new AvatarView(avatar, cell, cell);
        using var background = ViewBackground.FromRig();
        using var renderer = rigs.CreateRenderer(view, background);
        var rows = _sections.Sum(s => (s.Cells.Count + columns - 1) / columns);
        var width = (2 * Margin) + (columns * (cell + Gap)) - Gap;
        var height = (2 * Margin) + (_sections.Count * HeadingHeight) + (rows * (cell + LabelHeight + Gap));
        using var sheet = CairoSurface.Create(width, height);
        using (var canvas = new CairoCanvas(sheet))
        {
            canvas.Paint(Paper);
            var bgra = new byte[cell * cell * 4];
            double top = Margin;
            foreach (var (heading, cells) in _sections)
            {
                canvas.Text(heading, Margin, top + 26, 20, Ink, bold: true);
                top += HeadingHeight;
                for (var i = 0; i < cells.Count; i++)
                {
                    var (row, column) = Math.DivRem(i, columns);
                    Paint(canvas, renderer, cells[i], bgra, Margin + (column * (cell + Gap)), top + (row * (cell + LabelHeight + Gap)));
                }

                top += (cells.Count + columns - 1) / columns * (cell + LabelHeight + Gap);
            }

            canvas.ThrowIfFailed();
        }

        sheet.WritePng(png);
    }

    private void Paint(CairoCanvas canvas, IPoseRenderer renderer, SheetCell what, byte[] bgra, double x, double y)
    {
        renderer.Render(what.Key, bgra);
        using var pose = CairoSurface.FromBgra(bgra, cell, cell);
        canvas.PaintSurface(pose, CairoMatrix.Translation(x, y), CairoFilter.Nearest);
        canvas.Text(what.Label, x + 2, y + cell + 16, 13, Faint);
    }
}
