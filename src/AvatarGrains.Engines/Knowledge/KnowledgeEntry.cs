namespace AvatarGrains.Engines.Knowledge;

/// <summary>One passage of a text and how it can be asked for.</summary>
/// <param name="Text">The passage, plain text.</param>
/// <param name="Heading">The nearest heading or question, or null.</param>
/// <param name="Section">Headings above the nearest, outermost first, joined; "" when none.</param>
/// <param name="Questions">Questions this passage answers; empty for plain passages.</param>
internal sealed record KnowledgeEntry(string Text, string? Heading, string Section, IReadOnlyList<string> Questions);
