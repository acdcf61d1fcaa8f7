using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Preview;

/// <summary>One pose on a sheet and the words under it.</summary>
internal readonly record struct SheetCell(PoseKey Key, string Label);
