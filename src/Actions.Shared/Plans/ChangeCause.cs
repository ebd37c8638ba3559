using Actions.Shared.Text;

namespace Actions.Shared.Plans;

/// <summary>Why something happens, in plain words.</summary>
public static class ChangeCause
{
    private const int MostPaths = 5;

    /// <summary>A clause that begins with "because" or "when"; empty when the plan gives no reason. The text is not escaped.</summary>
    /// <param name="change">What happens.</param>
    public static string Of(ResourceChange change)
    {
        var text = Words(change);
        if (change.Deposed is { } key)
            text = $"because it is left over from a replacement that failed (deposed {key})";
        return VisibleText.Visible(text);
    }

    private static string Words(ResourceChange change) => change.ActionReason switch
    {
        "" when change.Kind.Replaces() && change.ReplacePaths.Count > 0 => CannotUpdate(change),
        "" when change.Kind == ChangeKind.Unknown => $"with actions that this program does not know: {string.Join(", ", change.Actions)}",
        "" => "",
        "replace_because_cannot_update" => CannotUpdate(change),
        "replace_because_tainted" => "because it is tainted: it was marked so, or its creation had failed halfway",
        "replace_by_request" => "because -replace asks for it",
        "replace_by_triggers" => "because something changes that its replace_triggered_by names",
        "delete_because_no_resource_config" => "because it is not in the configuration any more",
        "delete_because_no_module" => $"because {(change.ModuleAddress.Length > 0 ? change.ModuleAddress : "its module")} is not in the configuration any more",
        "delete_because_wrong_repetition" => change.Index.Length == 0
            ? "because the resource has count or for_each now, and this object has no index"
            : $"because the index [{change.Index}] does not fit the resource any more: count or for_each was added, removed or exchanged",
        "delete_because_count_index" => $"because [{change.Index}] is beyond the count of the resource",
        "delete_because_each_key" => $"because the key [{change.Index}] is not in for_each any more",
        "delete_because_no_move_target" => "because a moved block leads to an address that is not in the configuration",
        "delete_because_enabled_false" => "because it is switched off (enabled = false)",
        "forgot_because_lifecycle_destroy_in_state" => "because it was created with destroy = false",
        "forgot_because_lifecycle_destroy_in_config" => "because the configuration says destroy = false",
        "read_because_config_unknown" => "when applying, because its configuration is not known before",
        "read_because_dependency_pending" => "when applying, because something that it depends on changes",
        "read_because_check_nested" => "when applying, for a check",
        var other => $"because of \"{other.Replace('_', ' ')}\"",
    };

    /// <summary>Why something is left for the next plan, in plain words.</summary>
    public static string Deferral(string reason) => VisibleText.Visible(reason switch
    {
        "instance_count_unknown" => "its number of instances is not known yet",
        "resource_config_unknown" => "its configuration is not known yet",
        "provider_config_unknown" => "the configuration of its provider is not known yet",
        "deferred_prereq" => "something that it depends on is deferred",
        "absent_prereq" => "something that it depends on does not exist yet",
        "" or "unknown" => "for a reason that the plan does not give",
        _ => reason.Replace('_', ' '),
    });

    private static string CannotUpdate(ResourceChange change)
    {
        var paths = change.ReplacePaths.Select(p => p.ToString()).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        var shown = paths.Take(MostPaths).ToArray();
        var more = paths.Length > shown.Length ? $" and {paths.Length - shown.Length} more" : "";
        return shown.Length switch
        {
            0 => "because it cannot be changed in place",
            1 => $"because {shown[0]} cannot be changed in place",
            _ when more.Length > 0 => $"because {string.Join(", ", shown)}{more} cannot be changed in place",
            _ => $"because {string.Join(", ", shown[..^1])} and {shown[^1]} cannot be changed in place",
        };
    }
}
