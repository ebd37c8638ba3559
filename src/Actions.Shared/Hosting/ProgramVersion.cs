using System.Reflection;

namespace Actions.Shared.Hosting;

/// <summary>The version that the build gave to the program.</summary>
internal static class ProgramVersion
{
    /// <summary>SemVer without build metadata.</summary>
    public static string OfProcess { get; } =
        (Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0")
        .Split('+')[0];
}
