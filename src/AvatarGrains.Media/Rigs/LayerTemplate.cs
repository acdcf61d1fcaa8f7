using System.Globalization;
using System.Text;
using System.Xml.Linq;
using AvatarGrains.Native.Rsvg;

namespace AvatarGrains.Media.Rigs;

/// <summary>
/// One layer as a small SVG document of its own (the layer and the definitions it needs) with holes where morphing attributes go.
/// Immutable; shared by all renderers of the rig.
/// </summary>
internal sealed class LayerTemplate
{
    private const string AreaMark = "\u2039area\u203A";

    private readonly string _head;
    private readonly string[] _texts;
    private readonly Slot[] _slots;

    private LayerTemplate(string head, string[] texts, Slot[] slots, int[] signals)
    {
        _head = head;
        _texts = texts;
        _slots = slots;
        Signals = signals;
        MaxNumbers = slots.Select(s => s.Rest.Numbers.Length).DefaultIfEmpty(0).Max();
    }

    /// <summary>The signals that change how this layer looks, by index.</summary>
    public int[] Signals { get; }

    private int MaxNumbers { get; }

    public static LayerTemplate Create(RigDrawing drawing, XElement layer, Func<string, int> signalIndex)
    {
        var kept = DefinitionsFor(drawing, layer);
        var slots = new List<Slot>();
        var marks = new List<(XAttribute Attribute, string Value)>();
        foreach (var element in kept.SelectMany(k => k.DescendantsAndSelf()).Concat(layer.DescendantsAndSelf()))
        {
            foreach (var attribute in element.Attributes())
            {
                if (drawing.Morphs.TryGetValue((element, attribute.Name), out var targets))
                {
                    var rest = NumberText.Parse(attribute.Value);
                    marks.Add((attribute, attribute.Value));
                    slots.Add(new Slot(rest, [.. targets.Select(t => new Morph(signalIndex(t.Key), Difference(t.Value.Numbers, rest.Numbers)))]));
                }
            }
        }

        // The marked attributes are put back, so that the drawing can serve the next layer.
        for (var i = 0; i < marks.Count; i++)
        {
            marks[i].Attribute.Value = Mark(i);
        }

        var text = Write(drawing, kept, layer);
        foreach (var (attribute, value) in marks)
        {
            attribute.Value = value;
        }

        return Cut(text, slots);
    }

    /// <summary>
    /// The SVG document with the layer in the state <paramref name="values"/> (by place in <see cref="Signals"/>) whose viewBox is
    /// <paramref name="area"/>. The library's filters work on pictures as large as the viewport, so a narrow area is what makes drawing fast.
    /// </summary>
    public string Instantiate(ReadOnlySpan<double> values, in SvgRectangle area)
    {
        var output = new StringBuilder(_texts.Sum(t => t.Length) + (_slots.Length * 256));
        output.Append(_head).Append(CultureInfo.InvariantCulture, $"{area.X} {area.Y} {area.Width} {area.Height}");
        Span<double> numbers = MaxNumbers <= 512 ? stackalloc double[MaxNumbers] : new double[MaxNumbers];
        for (var i = 0; i < _slots.Length; i++)
        {
            output.Append(_texts[i]);
            var slot = _slots[i];
            var blended = numbers[..slot.Rest.Numbers.Length];
            slot.Rest.Numbers.CopyTo(blended);
            foreach (var morph in slot.Morphs)
            {
                var weight = values[Array.IndexOf(Signals, morph.Signal)];
                if (weight != 0)
                {
                    for (var n = 0; n < blended.Length; n++)
                    {
                        blended[n] += weight * morph.Delta[n];
                    }
                }
            }

            slot.Rest.AppendTo(output, blended);
        }

        return output.Append(_texts[^1]).ToString();
    }

    private static LayerTemplate Cut(string text, List<Slot> slots)
    {
        // Serialisation does not keep the order in which the slots were found.
        var order = Enumerable.Range(0, slots.Count)
            .Select(i => (Index: i, At: text.IndexOf(Mark(i), StringComparison.Ordinal))).OrderBy(o => o.At).ToList();
        var texts = new List<string>();
        var head = text[..text.IndexOf(AreaMark, StringComparison.Ordinal)];
        var from = head.Length + AreaMark.Length;
        foreach (var (index, at) in order)
        {
            texts.Add(text[from..at]);
            from = at + Mark(index).Length;
        }

        texts.Add(text[from..]);
        Slot[] ordered = [.. order.Select(o => slots[o.Index])];
        return new LayerTemplate(head, [.. texts], ordered, [.. ordered.SelectMany(s => s.Morphs).Select(m => m.Signal).Distinct().Order()]);
    }

    private static string Mark(int index) => string.Create(CultureInfo.InvariantCulture, $"\u2039{index}\u203A");

    private static double[] Difference(double[] to, double[] from) => [.. to.Zip(from, (a, b) => a - b)];

    private static List<XElement> DefinitionsFor(RigDrawing drawing, XElement layer)
    {
        var kept = new HashSet<XElement>();
        var open = new Queue<XElement>(layer.DescendantsAndSelf());
        while (open.TryDequeue(out var element))
        {
            var hrefs = element.Attributes().Where(a => a.Name.LocalName == "href" && a.Value.StartsWith('#')).Select(a => a.Value[1..]);
            foreach (var id in RigDrawing.References(element).Concat(hrefs))
            {
                if (drawing.Find(id) is { } found && !found.AncestorsAndSelf().Contains(layer) && kept.Add(found))
                {
                    foreach (var inner in found.DescendantsAndSelf())
                    {
                        open.Enqueue(inner);
                    }
                }
            }
        }

        return [.. kept.OrderBy(k => k.ElementsBeforeSelf().Count())];
    }

    private static string Write(RigDrawing drawing, List<XElement> definitions, XElement layer)
    {
        var root = new XElement(drawing.Root.Name, drawing.Root.Attributes().Where(a => a.IsNamespaceDeclaration));
        root.Add(new XAttribute("viewBox", AreaMark));
        root.Add(drawing.Root.Elements().Where(e => e.Name.LocalName == "style"));
        root.Add(new XElement(drawing.Root.Name.Namespace + "defs", definitions));
        root.Add(layer);
        return root.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>A morphing attribute: its numbers at rest and what a unit of each signal adds.</summary>
    private sealed record Slot(NumberText Rest, Morph[] Morphs);

    private sealed record Morph(int Signal, double[] Delta);
}
