using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Knowledge;

/// <summary>What the server knows about itself: <c>avatargrains.md</c> beside this file.</summary>
public static class BuiltInKnowledge
{
    public static IKnowledgeBase Load()
    {
        using var stream = typeof(BuiltInKnowledge).Assembly.GetManifestResourceStream("avatargrains.md")
            ?? throw new InvalidOperationException("The resource avatargrains.md is not in the assembly.");
        using var reader = new StreamReader(stream);
        return KnowledgeBase.FromText("AvatarGrains", reader.ReadToEnd());
    }
}
