namespace ScalewayStandIn;

/// <summary>The sample account with thousands of things more, for measurements.</summary>
public static class LargeAccount
{
    /// <param name="resources">How many things to add.</param>
    public static StandInAccount Create(int resources)
    {
        var account = SampleAccount.Create();
        string[] zones = ["fr-par-1", "fr-par-2", "nl-ams-1", "pl-waw-1"];
        for (var i = 0; i < resources; i++)
        {
            var zone = zones[i / 10 % zones.Length];
            var (path, sample) = (i % 10) switch
            {
                0 or 1 or 2 => ($"/instance/v1/zones/{zone}/servers", "/instance/v1/zones/fr-par-1/servers"),
                3 or 4 => ($"/instance/v1/zones/{zone}/ips", "/instance/v1/zones/fr-par-1/ips"),
                5 => ($"/block/v1/zones/{zone}/volumes", "/block/v1/zones/fr-par-1/volumes"),
                6 => ($"/instance/v1/zones/{zone}/snapshots", "/instance/v1/zones/fr-par-1/snapshots"),
                7 => ($"/instance/v1/zones/{zone}/security_groups", "/instance/v1/zones/fr-par-1/security_groups"),
                8 => ($"/lb/v1/zones/{zone}/ips", "/lb/v1/zones/fr-par-1/ips"),
                _ => ("/iam/v1alpha1/api-keys", "/iam/v1alpha1/api-keys"),
            };
            var item = account.Of(sample)[0].DeepClone().AsObject();
            item[item.ContainsKey("access_key") ? "access_key" : "id"] = item.ContainsKey("access_key") ? $"SCW{i:D17}" : StandInAccount.Id($"large {i}");
            account.Add(path, item);
        }

        return account;
    }
}
