using System.Text.Json;
using Actions.RenovateRun.Reading;
using Actions.Shared;

namespace Actions.RenovateRun.Starting;

/// <summary>Which version of Renovate is installed, as its package says: starting it to ask takes seconds.</summary>
internal static class RenovateVersion
{
    /// <summary>Where the official image has it.</summary>
    private const string OfImage = "/usr/local/renovate/package.json";

    /// <summary>Refuses a version other than the wanted one.</summary>
    /// <param name="wanted">A version, or its beginning up to a dot.</param>
    /// <param name="program">The program that would be started; null if there is none.</param>
    /// <exception cref="ActionException">It is another version, or cannot be told.</exception>
    public static void Demand(string wanted, string? program)
    {
        if (wanted.Length == 0 || program is null)
        {
            return;
        }

        var found = Of(program) ?? throw new ActionException(
            "The version of Renovate cannot be told", $"no package of Renovate was found around {program}", "Leave renovate-version out, or use the action's image.");
        if (found != wanted && !found.StartsWith(wanted + ".", StringComparison.Ordinal))
        {
            throw new ActionException(
                $"Renovate {found} is not the wanted version", $"got {found}, expected {wanted}", "Use the version of this action that brings it, or correct renovate-version.");
        }
    }

    /// <summary>The version of the package that a program belongs to; null if there is none.</summary>
    public static string? Of(string program)
    {
        var real = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
        for (var folder = Path.GetDirectoryName(real); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (var package in new[] { Path.Combine(folder, "package.json"), Path.Combine(folder, "node_modules", "renovate", "package.json") })
            {
                if (Read(package) is { } version)
                {
                    return version;
                }
            }
        }

        return Read(OfImage);
    }

    private static string? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var package = JsonDocument.Parse(File.ReadAllBytes(path));
            return package.RootElement.Text("name") == "renovate" ? package.RootElement.Text("version") : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
