import { raw } from '../../lib/shell.ts';

/** A host as people have it: a root whose shell greets, settings for proxies and another Docker, and a manager with them. */
export const livedIn = raw(`cat > /root/.bashrc <<'end'
echo "Welcome, 3 updates pending"
echo "../../../../secret.txt"
echo "held 1" >&2
printf 'no line end'
end
cp /root/.bashrc /root/.zshenv
mkdir -p /root/.config/fish
cp /root/.bashrc /root/.config/fish/config.fish
echo 'echo "Welcome, 3 updates pending"' > /root/.cshrc
cat > /etc/environment <<'end'
DOCKER_HOST=tcp://203.0.113.1:2375
http_proxy=http://203.0.113.1:3128
POSIXLY_CORRECT=1
BASH_ENV=/root/.bashrc
end
echo 'proxy = http://203.0.113.1:3128' > /root/.curlrc
systemctl set-environment DOCKER_HOST=tcp://203.0.113.1:2375 http_proxy=http://203.0.113.1:3128`);
