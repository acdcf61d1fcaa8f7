using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AvatarGrains.Api.Tests")]
[assembly: InternalsVisibleTo("AvatarGrains.Benchmarks")]
[assembly: InternalsVisibleTo("AvatarGrains.Grains.Tests")]
